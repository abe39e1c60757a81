/** The safety rules, held against every plan with none of the planner's code. */
package executorscaler.plan.check;
