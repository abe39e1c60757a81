/** Which nodes take which pods at the least cost: arithmetic that knows no pools, no groups and no cluster. */
package executorscaler.plan.purchase;
